"""A TLS server of its own process, for the server's namespace: ``serve.py PORT CERTIFICATE MODE``.

Mode ``http`` answers each request with 200 and keeps the connection, ``refusing`` sends a TLS alert to every
ClientHello of more than 1000 bytes.
"""

import socket
import ssl
import sys
import threading


def main() -> None:
    port, certificate, mode = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["http/1.1"])
    listener = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, context, mode), daemon=True).start()


def serve(connection: socket.socket, context: ssl.SSLContext, mode: str) -> None:
    try:
        with connection:
            if mode == "refusing":
                got = 0
                while got < 1000:
                    got += len(connection.recv(65536))
                connection.sendall(b"\x15\x03\x01\x00\x02\x02\x28")
                return
            with context.wrap_socket(connection, server_side=True) as secured:
                while secured.recv(65536):
                    secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    except OSError:
        return


main()
