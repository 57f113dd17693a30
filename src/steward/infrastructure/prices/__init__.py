"""Sources of prices, one file each. Every price says where it is from and when it was so."""
