"""The metrics of a problem at points of a plane.

execution                      where, in what precision, in what portions; no torch
placement, memory              tensors on a device
moving, flat_plane             weights at a point of the plane, and back
classification                 images and labels as a problem
fixed_batches, metric_values   examples placed once, and values fetched from the device
loss                           the metrics of the weights as they are
batchnorm                      running statistics anew at a point
stacked, plane_evaluation      the metrics at points, one or many at once
excerpt, execution_trial       how to measure fastest, by trial
"""
