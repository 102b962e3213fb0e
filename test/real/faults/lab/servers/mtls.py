"""A server of Python's ssl module that demands client certificates: mtls.py CERT KEY CLIENT_CA"""

import socket
import ssl
import sys
import traceback

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
context.load_verify_locations(sys.argv[3])
context.verify_mode = ssl.CERT_REQUIRED
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(5)
print("127.0.0.1:%d" % listener.getsockname()[1], flush=True)
while True:
    connection, _address = listener.accept()
    try:
        with context.wrap_socket(connection, server_side=True) as stream:
            stream.recv(4096)
            stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n")
    except OSError:
        traceback.print_exc()
        connection.close()
