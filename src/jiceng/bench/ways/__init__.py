"""Other ways to count than the product's, which benchmarks set beside it."""
