"""What Basin promises about speed, measured on this machine: `python -m benchmarks`, or `make bench`."""
