"""Networks as figures and rows of figures: what `show`, reports, pages and the playground say of one."""
