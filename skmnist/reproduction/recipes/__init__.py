"""What is run: experiments as data, with the slips of the published ones.

`catalogue` lists them all.
"""
