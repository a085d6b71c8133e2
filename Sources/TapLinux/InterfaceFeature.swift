/// How one feature of an interface stands, such as `rx-gro`.
public struct InterfaceFeature: Hashable, Sendable {
    /// Whether it is at work.
    public var isActive: Bool
    /// Whether it is wanted; what else is set may keep it from being active all the same.
    public var isRequested: Bool
    /// Whether anybody can change it; ethtool(8) calls one that nobody can `[fixed]`.
    public var isChangeable: Bool

    /// Creates the state of a feature.
    public init(isActive: Bool, isRequested: Bool, isChangeable: Bool) {
        self.isActive = isActive
        self.isRequested = isRequested
        self.isChangeable = isChangeable
    }
}
