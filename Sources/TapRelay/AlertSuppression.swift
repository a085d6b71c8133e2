/// How many alerts of one kind come singly before they are only counted.
///
/// An abused relay takes thousands of mails; they are one incident with counts, and an alert for each would bury the
/// first. Kind means rule, server, severity and the account or client it is about. Beyond the limit one alert comes for
/// the 10th, the 100th, the 1,000th held back, and names the count.
public struct AlertSuppression: Hashable, Sendable {
    /// Alerts of one kind in a window that come singly.
    public let limit: Int
    /// How long the window is; it begins with its first alert.
    public let window: Duration

    /// Three alerts of one kind a day: the incident tells the rest.
    public static let standard = AlertSuppression()

    /// Creates a limit; a limit below 1 and a window below a second are raised to that.
    public init(limit: Int = 3, window: Duration = .seconds(86_400)) {
        self.limit = max(1, limit)
        self.window = max(.seconds(1), window)
    }
}
