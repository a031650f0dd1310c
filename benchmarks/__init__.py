"""Side by side measurements: ours against a plain reference, in one run, ratios first.

`python -m benchmarks` runs all of them, `python -m benchmarks parsing` one. Absolute figures belong
to the machine that ran them; the ratios are what a change is judged by.
"""
