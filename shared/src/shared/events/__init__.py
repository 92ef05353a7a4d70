"""The facts that services tell each other: CloudEvents 1.0 on Kafka, strict out and tolerant in."""
