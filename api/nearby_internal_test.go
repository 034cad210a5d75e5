package api

// NearbyBody is what the definition says of /api/nearby, for tests that hold
// answers to it.
type NearbyBody = nearbyBody
