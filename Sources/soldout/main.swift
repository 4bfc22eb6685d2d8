print("soldout")
