"""What decisions on cases do, and how flags of orders become cases."""
