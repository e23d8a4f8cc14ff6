"""A landscape as one page: pictures, numbers, where they are from, and a reading in plain words.

    landscapes → pictures, charts, tables, reading → page → file

markup      HTML in which everything that is not markup is escaped
pictures    which pictures of a landscape, drawn without a window
charts      the path of the training as a drawing in the page
tables      critical points, levels, and how a table is made
numbers     everything else that is known in numbers, and what is on record
again       the commands that make it again
style       how the page looks, on screens light and dark and on paper
page        all of it together, and the file
"""
