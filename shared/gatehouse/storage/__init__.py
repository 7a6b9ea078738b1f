"""What Gatehouse keeps: the contract, and DynamoDB behind it. See docs/storage.md."""
