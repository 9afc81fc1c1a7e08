"""The index in a cluster of Elasticsearch 8 or 9, or of OpenSearch 2 or 3: the same calls for all of them."""
