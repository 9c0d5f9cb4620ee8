"""Files come in: kept, looked at, read into a stage, applied chunk by chunk, corrected, taken back."""
