"""From the bytes of a workbook to rows, in a process of its own; then the header, the columns, the values."""
