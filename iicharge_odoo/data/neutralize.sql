-- A copy for tests never takes the chargers: it listens only once somebody switches its gateway on.
INSERT INTO ir_config_parameter (key, value)
VALUES ('iicharge.gateway_enabled', 'False')
    ON CONFLICT (key) DO UPDATE SET value = 'False';
