"""Published student systems, run again as they were, and done right.

`recipes.RECIPES` lists the experiments, `runner.reproduce` runs them, `report.write_report`
says what came of it.
"""
