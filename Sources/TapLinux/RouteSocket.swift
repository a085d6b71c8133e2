import CNetlink
public import SystemPackage

/// A route netlink socket, in the network namespace of the thread that made it.
@safe public struct RouteSocket: ~Copyable {
    // SAFETY: `handle` is the library's own object, made in init and freed in deinit only.

    let handle: OpaquePointer

    /// Opens the socket.
    public init() throws(Errno) {
        guard let handle = unsafe nl_socket_alloc() else { throw .noMemory }
        // #syscalls socket bind setsockopt
        let result = unsafe nl_connect(handle, NETLINK_ROUTE)
        guard result >= 0 else {
            unsafe nl_socket_free(handle)
            throw Self.error(result)
        }
        unsafe self.handle = unsafe handle
    }

    deinit { unsafe nl_socket_free(handle) }

    /// The system's word for an error of the library, as far as it has one.
    static func error(_ result: CInt) -> Errno {
        switch -result {
        case NLE_PERM, NLE_NOACCESS: .notPermitted
        case NLE_NODEV: .noSuchInterface
        case NLE_OBJ_NOTFOUND: .noSuchFileOrDirectory
        case NLE_EXIST: .fileExists
        case NLE_OPNOTSUPP: .notSupported
        case NLE_NOMEM: .noMemory
        case NLE_BUSY: .resourceBusy
        case NLE_INVAL: .invalidArgument
        default: .ioError
        }
    }

    static func check(_ result: CInt) throws(Errno) -> CInt {
        guard result < 0 else { return result }
        throw error(result)
    }
}
