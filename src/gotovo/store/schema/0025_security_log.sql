-- The security log: who was let in, refused, or changed what the installation is run by.

create table security_log (
    seq bigint not null,
    at timestamptz not null,
    kind text not null,
    actor text not null,
    shop text,
    subject text not null,
    network text not null,
    outcome text not null,
    state bytea,
    details json not null,
    hash bytea not null,
    constraint security_log_pkey primary key (seq),
    constraint security_log_counts_from_one check (seq >= 1),
    constraint security_log_state_is_sha256 check (octet_length(state) = 32),
    constraint security_log_hash_is_sha256 check (octet_length(hash) = 32)
);

comment on table security_log is
    'Append only: sign-ins, refusals, keys, shops, places, settings, exports, erasures.';
comment on column security_log.seq is 'Counts from one without gaps, in the order of commits.';
comment on column security_log.at is 'When the entry was made; details have when it happened.';
comment on column security_log.kind is 'One of a closed list, docs/reference/security-log.md.';
comment on column security_log.actor is
    'role:id as in event.actor; visitor: for somebody unknown, cli: for who typed a command.';
comment on column security_log.shop is
    'The shop whose administrators see the entry; null for the network''s alone.';
comment on column security_log.subject is
    'What it is about, like key:ID, point:CODE, order:NUMBER or buyer:DIGEST; empty for nothing.';
comment on column security_log.network is
    'The block of addresses that the request came from, IPv4 /24 or IPv6 /48.';
comment on column security_log.state is
    'SHA-256 of the subject''s row after a change; the audit compares it with the row.';
comment on column security_log.hash is
    'SHA-256 over the hash before and this entry''s columns (rule 4.14).';

create index security_log_by_kind on security_log (kind, seq);
create index security_log_by_shop on security_log (shop, seq) where shop is not null;
create index security_log_states on security_log (subject, seq) where state is not null;

create table security_log_head (
    log smallint not null,
    seq bigint not null,
    hash bytea not null,
    anchor_seq bigint not null,
    anchor_hash bytea not null,
    constraint security_log_head_pkey primary key (log),
    constraint security_log_head_is_one_row check (log = 1),
    constraint security_log_anchor_is_before_the_head check (anchor_seq between 0 and seq),
    constraint security_log_head_is_sha256
        check (octet_length(hash) = 32 and octet_length(anchor_hash) = 32)
);

comment on table security_log_head is
    'The ends of the security log; who appends locks this row, so that entries form one chain.';
comment on column security_log_head.seq is 'The last entry.';
comment on column security_log_head.hash is 'Its hash; 32 zero bytes before the first one.';
comment on column security_log_head.anchor_seq is
    'The last entry that was deleted for its age; zero while there is none.';
comment on column security_log_head.anchor_hash is 'Its hash, which the first one left builds on.';

-- The log is on one node, that of the settings: the trigger runs where the rows are.
create function refuse_change_of_security_log() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        if exists (select from security_log_head where old.seq <= anchor_seq) then
            return old;
        end if;
    end if;
    raise exception 'the security log is append-only' using errcode = 'insufficient_privilege';
end
$$;

create trigger security_log_is_append_only
 before update or delete on security_log
   for each row execute function refuse_change_of_security_log();

create trigger security_log_is_never_emptied
 before truncate on security_log
   for each statement execute function refuse_change_of_security_log();
