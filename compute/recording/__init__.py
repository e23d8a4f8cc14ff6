"""Recording a training from inside somebody's own script, and reading what it recorded while it goes on.

RUN/
  recording.json        what this is; written first
  recording.csv         step,epoch,loss: one line per call, appended; a last line without its end is not there yet
  checkpoints/          step-NNNNNN.safetensors: parameters and buffers
  earlier-1/, …         the same of what was trained anew since

*Vocabulary* (numpy and the standard library only):
    folder              what makes a folder a recording
    curve               the loss over the steps, read as it grows; of runs of `basin train` too
    schedule            which calls record a checkpoint, and which checkpoints go

*Method* (torch; the process that trains):
    snapshot            the weights of one moment
    earlier             what was recorded before, set aside or restored
    writing             what is written, and what happens when it cannot be
    recorder            Recorder, and the thread that writes
    lightning, transformers   the same as callbacks
"""
