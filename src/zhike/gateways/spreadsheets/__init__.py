"""Tables in and out: text files and workbooks as streams of rows, workbooks written without holding them in memory."""
