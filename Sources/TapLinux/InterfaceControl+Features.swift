import CTap
public import SystemPackage

extension InterfaceControl {
    /// How a feature of an interface stands, by the kernel's name for it; nil if the kernel has none of that name.
    public func feature(
        _ feature: String,
        of name: String
    ) throws(Errno) -> InterfaceFeature? {
        // SAFETY: both names live across the call, which copies them.
        // #syscalls ioctl
        let bits = unsafe ctap_interface_feature(descriptor.rawValue, name, feature)
        if bits == -Errno.noSuchFileOrDirectory.rawValue { return nil }
        _ = try Errno.check(bits)
        return InterfaceFeature(
            isActive: bits & CTAP_FEATURE_ACTIVE != 0,
            isRequested: bits & CTAP_FEATURE_REQUESTED != 0,
            isChangeable: bits & CTAP_FEATURE_CHANGEABLE != 0
        )
    }

    /// Asks for a feature, or for its end; the driver may leave it as it is.
    public func request(
        _ isOn: Bool,
        feature: String,
        of name: String
    ) throws(Errno) {
        // SAFETY: both names live across the call, which copies them.
        // #syscalls ioctl
        _ = try Errno.check(
            unsafe ctap_set_interface_feature(descriptor.rawValue, name, feature, isOn ? 1 : 0)
        )
    }
}
