"""The hand-over at a desk: visits of buyers, all of whose orders are issued together."""
