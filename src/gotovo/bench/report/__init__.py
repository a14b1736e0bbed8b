"""Reports: ratios, a table and a chart."""
