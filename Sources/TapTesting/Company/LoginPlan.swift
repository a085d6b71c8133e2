/// An attempt to log in.
struct LoginPlan: Hashable, Sendable {
    var user: String
    var password = "correct horse"
    /// `PLAIN` or `LOGIN`.
    var mechanism = "PLAIN"
    var isTaken = true
}
