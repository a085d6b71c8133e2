/// How many alerts of one kind come singly before they are only counted.
///
/// An abused relay takes thousands of mails; one alert for each would bury the first. Kind means rule, server and
/// severity. Beyond the limit one alert comes for the 10th, the 100th, the 1,000th held back, and names the count.
public struct AlertSuppression: Hashable, Sendable {
    /// Alerts of one kind in a window that come singly.
    public let limit: Int
    /// How long the window is; it begins with its first alert.
    public let window: Duration

    /// Thirty alerts of one kind an hour: enough for every mail of the usual one in ten minutes, five times over.
    public static let standard = AlertSuppression()

    /// Creates a limit; a limit below 1 and a window below a second are raised to that.
    public init(limit: Int = 30, window: Duration = .seconds(3_600)) {
        self.limit = max(1, limit)
        self.window = max(.seconds(1), window)
    }
}
