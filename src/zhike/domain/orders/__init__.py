"""What customers bought and sent back: orders with lines, products, categories, cost."""
