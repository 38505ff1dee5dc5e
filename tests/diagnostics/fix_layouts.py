"""Specs laid out as people and their editors lay them out: each is well, and none is as a program would write it."""

LAYOUTS: dict[str, str] = {
    "comments_everywhere": """\
# SPDX-License-Identifier: Apache-2.0

# What it is.
extends: resnet18   # the base
name: mine          # its name


# The head:
head:               # below
  # ten of them
  classes: 10       # classes
  # and then
  dropout: 0.5
# The stages, in full.
stages:
    layer2:   # indented by four
        blocks: 3
        # the end of layer2
    layer3: {blocks: 3}   # in braces
# the end
""",
    "columns_aligned": """\
extends     : resnet18
name        : mine
head        : {classes :  10,   dropout :  0.5}
stages      :
  layer2    : {blocks:  2,  channels:  128,  stride: 2}
  layer3    : {blocks: 12,  channels: 1256,  stride: 2}
""",
    "braces_over_lines": """\
extends: resnet18
name: mine
stem: [
  {conv: 3, to: 32, stride: 2},   # one
  {conv: 3, to: 32},              # two

  {conv: 3, to: 64},
  {max_pool: 3, stride: 2},       # and the pool
  ]
stages: {
  layer2: {blocks: 3, # as many
           shortcut: auto},
}
""",
    "quotes_of_all_kinds": """\
'extends': "resnet18"
"name": 'mine'
description: 'it''s "mine"'
reference: "a\\tb \\u00e9 é"
"act": 'relu'
""",
    "carriage_returns": "extends: resnet18\r\nname: mine\r\n# so\r\nhead:\r\n  classes: 10  # ten\r\n\r\nact: relu\r\n",
    "carriage_returns_here_and_there": "extends: resnet18\r\nname: mine\nhead: {classes: 10}\r\nact: relu\n",
    "no_end_of_the_last_line": "extends: resnet18\nname: mine\nhead: {classes: 10}",
    "byte_order_mark": "\ufeffextends: resnet18\nname: mine\nhead: {classes: 10}\n",
    "tabs_and_blanks_behind_values": (
        "extends: resnet18\t\nname: mine  \t # tabs\nhead:\t\n  classes: 10 \t\n   \nact: relu\n"
    ),
    "anchors": """\
extends: resnet18
name: mine
stages:
  layer2: &two {blocks: 3}   # as layer3
  layer3: *two
  layer4: {blocks: 3, norm: &norm {type: batch, eps: 1.0e-4}}
norm: *norm
""",
    "lines_that_are_long": f"""\
extends: resnet18
name: mine
description: {"a line that goes on, " * 12}and ends
head: {{pool: avg,                                                                     classes: 10,    dropout: 0.25}}
""",
    "text_over_lines": """\
extends: resnet18
name: mine
description: >-
  folded,
  and folded

reference: |
    one
      two
    three

head:
  classes: 10
aka:
  timm: a plain text
    over two lines
""",
    "lists_indented_and_not": """\
extends: resnet18
name: mine
stem:
- conv: 7
  to: 64
  stride: 2
-   max_pool: 3
    stride: 2
stages:
  layer2:
    blocks:
      - {}
      -
        dropout: 0    # none
      - repeat: 2
""",
    "marks_of_the_document": "%YAML 1.1\n---\nextends: resnet18\nname: mine\nhead: {classes: 10}\n...\n",
    "keys_written_out": "? extends\n: resnet18\n? name\n: mine\n? head\n: classes: 10\n",
    "letters_of_other_scripts": """\
extends: resnet18
name: mine
description: 网络 — é 🦀  # комментарий
act: relu  # 🦀🦀
head: {classes: 10}
""",
    "null_and_empty": "extends: resnet18\nname: mine\nhead: {classes: ~}   # none\nblock: {}\nignore: {}\n",
}
