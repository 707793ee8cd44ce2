"""Published student systems, run again as they were, and done right.

Three rooms, each of which knows only those before it:

`recipes`
    What is run, as data: the systems, their recipes, and the images.
`runs`
    What runs recipes, and keeps the results in files.
`documents`
    What is written of the results: tables, figures and pages.
"""
