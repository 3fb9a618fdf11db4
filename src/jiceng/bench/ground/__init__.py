"""What benchmarks stand on: a scratch installation, made-up records, people in it, its server, a stopwatch."""
