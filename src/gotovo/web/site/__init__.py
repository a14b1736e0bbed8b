"""What all pages share: the visit, templates, assets, cookies and errors."""
