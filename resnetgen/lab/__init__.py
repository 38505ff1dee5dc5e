"""Experiments: networks of specs, trained on small data by a recipe and over several seeds, and measured.

An experiment is a YAML file (`experiment.py` has its keys, `experiment_file.py` reads it), `runner.py` runs it in a
folder (`run_folder.py`), and `page/` shows the result. The package ships some experiments, in `experiments/`.
"""
