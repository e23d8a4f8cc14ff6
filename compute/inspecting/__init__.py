"""A closer look at a plane that is measured: what is true of the network itself, and not of its picture alone.

inspection   what any of them is: steps towards results in the landscape folder
"""
