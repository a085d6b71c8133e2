import CTap
import Glibc
public import SystemPackage

/// Settings of interfaces by name, in the network namespace of the thread that made it.
public struct InterfaceControl: ~Copyable, Sendable {
    let descriptor: FileDescriptor

    /// Opens the socket that the kernel wants to be asked through.
    public init() throws(Errno) {
        // #syscalls socket
        let number = socket(AF_INET, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw .latest }
        descriptor = FileDescriptor(rawValue: number)
    }

    deinit { try? descriptor.close() }

    /// The number of an interface, or nil if there is none of that name.
    public func index(of name: String) throws(Errno) -> Int32? {
        do throws(Errno) {
            // SAFETY: the name lives across the call, which copies it.
            // #syscalls ioctl
            return try Errno.check(unsafe ctap_interface_index(descriptor.rawValue, name))
        } catch .noSuchInterface {
            return nil
        }
    }

    /// The flags of an interface.
    public func flags(of name: String) throws(Errno) -> InterfaceFlags {
        // SAFETY: the name lives across the call, which copies it.
        // #syscalls ioctl
        let bits = try Errno.check(unsafe ctap_interface_flags(descriptor.rawValue, name))
        return InterfaceFlags(rawValue: bits)
    }

    /// Sets the flags of an interface.
    public func set(_ flags: InterfaceFlags, of name: String) throws(Errno) {
        // SAFETY: the name lives across the call, which copies it.
        // #syscalls ioctl
        let result = unsafe ctap_set_interface_flags(descriptor.rawValue, name, flags.rawValue)
        _ = try Errno.check(result)
    }

    /// Megabits a second, or 0 if the interface does not say.
    public func speed(of name: String) -> Int {
        // SAFETY: the name lives across the call, which copies it.
        // #syscalls ioctl
        max(0, Int(unsafe ctap_interface_speed(descriptor.rawValue, name)))
    }

    /// Whether the NIC joins segments so that they cannot be parted again; nil if it has no such setting.
    public func largeReceiveOffload(of name: String) -> Bool? {
        guard let flags = offloads(of: name) else { return nil }
        return flags & Self.largeReceiveOffload != 0
    }

    /// Switches large receive offload.
    public func setLargeReceiveOffload(_ isOn: Bool, of name: String) throws(Errno) {
        guard var flags = offloads(of: name) else { throw .notSupported }
        if isOn { flags |= Self.largeReceiveOffload } else { flags &= ~Self.largeReceiveOffload }
        // SAFETY: the name lives across the call, which copies it.
        // #syscalls ioctl
        let result = unsafe ctap_set_offload_flags(descriptor.rawValue, name, flags)
        _ = try Errno.check(result)
    }

    private func offloads(of name: String) -> UInt32? {
        var flags: UInt32 = 0
        // SAFETY: both live across the call, which copies the name and fills the flags in.
        // #syscalls ioctl
        let result = unsafe ctap_offload_flags(descriptor.rawValue, name, &flags)
        return result < 0 ? nil : flags
    }

    // ETH_FLAG_LRO, linux/ethtool.h
    private static let largeReceiveOffload: UInt32 = 1 << 15
}
