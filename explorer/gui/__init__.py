"""The interface of the window, in Dear ImGui: shows the state of a desk, and does to it what the user asks for.

    context, input, style   ImGui on our framebuffer: events, fonts, colours of both themes, sizes
    interface               everything of one frame, in order; the only module that knows all others
    panel                   the panel, and its sections: facts, measuring, surface, colours, contours, layers, comparing
    fields                  one control each: what it shows, what it returns, its tooltip
    menu, sheet, notices    menu bar, sheet of keys, messages
    browser, dialogs, resample   what is asked in a window of its own
    plots, series, training loss along the cross-section and over the training, in ImPlot

A section is a function from what is shown to what the user wishes it were; only text that is being typed is kept, in
``fields.Drafts``.
"""
