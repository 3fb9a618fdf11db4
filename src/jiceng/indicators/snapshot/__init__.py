"""The figures' copy of the records: immutable Parquet files, and a manifest that says which of them count.

`writing` makes a full copy, `refreshing` follows the audit stream with small overlays, `files` swaps the
manifests and keeps what is still being read.
"""
