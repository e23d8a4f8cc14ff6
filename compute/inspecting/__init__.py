"""A closer look at a plane that is measured: what is true of the network itself, and not of its picture alone.

inspection                what any of them is: steps towards results in the landscape folder
subject, coarse           which loss it is of, and at which nodes of the grid
gram, in_plane            lengths in a plane, whatever its axes; gradient and Hessian there, of the network
plane_maps                these as maps
polish, bending, kinks    Newton's method from one candidate: its state, its step, and where the gradient jumps
newton                    the method
turning                   what a loop encloses, by the gradient along it
verdict, verification     what all that says of a critical point, and of those of a landscape
spectrum                  the extreme eigenvalues of the full Hessian, as maps
sharpness                 those of the centre, and the trace
opening, inspections      which there are; those that were asked for, one after the other
"""
