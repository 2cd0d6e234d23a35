"""What templates of the product may ask for."""
