"""What every page stands on: the visit, templates, assets, cookies, errors."""
