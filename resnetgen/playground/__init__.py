"""The Python side of the playground, the page that compiles specs in a browser (docs/how-to/playground.md).

`session.py` answers requests, JSON in and JSON out; `answers/` has a file for each kind of request. `collection.py`
makes the list of shipped specs when the page is built, and `address.py` the addresses that specs are shared by. Nothing
here knows of a browser.
"""
