"""PostgreSQL and the brokers as child processes: no container, nothing installed on the machine."""

from carillon.infrastructure.apache_kafka import ApacheKafka
from carillon.infrastructure.embedded_broker import EmbeddedBroker
from carillon.infrastructure.postgres import SERVICES, EmbeddedPostgres
from carillon.infrastructure.processes import NotReady, Process

__all__ = ["SERVICES", "ApacheKafka", "EmbeddedBroker", "EmbeddedPostgres", "NotReady", "Process"]
