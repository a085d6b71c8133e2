/// An attempt to log in and the account it was for.
struct LoginCase: Sendable {
    /// The attempt.
    let attempt: LoginAttempt
    /// The account as the attempt found it, its own failure counted.
    let account: AccountCase
}
