"""E-mail addresses on screens: masked."""

_HIDDEN = "***"


def mask_email(address: str) -> str:
    """Return an address with its first letters and its last domain left: `a***@m***.ru`.

    Enough to recognise one's own address, too little to write to anybody; how long its parts are
    is hidden too (rule 4.16).
    """
    name, _, domain = address.rpartition("@")
    host, _, last = domain.rpartition(".")
    return f"{name[:1]}{_HIDDEN}@{host[:1]}{_HIDDEN}.{last}"
