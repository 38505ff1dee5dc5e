"""Networks side by side as tables: `layouts.py` lists the tables. A format is a file with `print_table`.

`table.py` is what they share. Texts in cells are typeset: `3×3`.
"""
