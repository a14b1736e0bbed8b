-- The feed as JSON: what stands around the body of an event, and the body as it is stored.

-- name: items
-- The events of a journal's `feed`, which each form of the journal puts in place of {feed}. Both
-- `||` and `to_json` are the cheapest of what the server has for this; every connection is in UTC.
select position, number, customer, type, shop,
       textsend('{"number":"' || number || '","version":' || version || ',"type":"' || type
                || '","at":' || replace(to_json(at)::text, '+00:00', 'Z')
                || ',"recorded_at":' || replace(to_json(recorded_at)::text, '+00:00', 'Z')
                || ',"actor":' || to_json(actor) || ',"command_id":"' || command_id
                || '","customer":"' || customer || '","hash":"' || encode(hash, 'hex')
                || '","event":') as head,
       body
  from ({feed}) as e
 order by position
