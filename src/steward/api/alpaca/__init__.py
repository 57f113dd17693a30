"""The Alpaca wire: Steward's exchange as the Trading and Market Data API of a broker whose SDKs exist."""
