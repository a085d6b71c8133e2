import CTap
import SystemPackage

extension InterfaceControl {
    /// The driver of an interface, such as `virtio_net`; nil if it does not say.
    public func driver(of name: String) -> String? {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            // SAFETY: the name lives across the call; the buffer has the 32 octets that are written,
            // the last of them a zero.
            // #syscalls ioctl
            guard unsafe ctap_interface_driver(descriptor.rawValue, name, start) >= 0 else {
                return nil
            }
            let driver = unsafe String(cString: start)
            return driver.isEmpty ? nil : driver
        }
    }
}
