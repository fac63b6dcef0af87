from moorings.validation.args import Args as Args
from moorings.validation.errors import InvalidInput as InvalidInput
from moorings.validation.inputs import Input as Input
from moorings.validation.inputs import SecretInput as SecretInput
