"""Landscapes from and for other programs.

    reading       a landscape from whatever was given: a folder, or a file that its first bytes or its extension name
    writing       a landscape into a file, its format chosen by the extension
    exchange      what all formats share: the landscape made of what a file held, and what of one goes into a file
    grid          the even grid behind coordinates, and how large a file may claim to be
    cells         the cells of a surface with holes

One module a format, both ways: ply, vtp (with vtk_xml), npz, table (CSV); obj is written only. HDF5 has hdf5 for
reading and hdf5_export for writing, both through hdf5_library.
"""
