"""The tables of keys on the pages of the language: their texts are those of the code, with links besides."""
