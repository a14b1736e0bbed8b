"""The demo phone, which shows the messages that a buyer would receive."""
